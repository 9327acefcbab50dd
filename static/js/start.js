// Everything here makes a page quicker; each page works without it.
document.documentElement.classList.add("scripted");
