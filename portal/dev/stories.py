"""What goes wrong at a firm that sells and services household goods, and how it is put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Story:
    """One believable complaint: the customer's words, what they want, our question, answer and offer."""

    subject: str
    about: str
    words: str
    wants: str
    amount: str
    question: str
    reply: str
    finding: str
    reasons: str
    remedy: dict[str, Any]
    better: dict[str, Any]
    evidence: str
    step: str = ""


def _money(kind: str, text: str, amount: str) -> dict[str, Any]:
    return {"kind": kind, "text": text, "amount": amount, "currency": "PLN"}


def _deed(kind: str, text: str, days: int) -> dict[str, Any]:
    return {"kind": kind, "text": text, "days": days}


STORIES = (
    Story(
        "Washing machine leaks again after the repair", "Washing machine Bryza 7, repair of last month",
        "The technician changed the door seal and three days later there was water on the floor again. "
        "I stayed at home for the second visit and nobody came. I do not want to wait a third time.",
        "repair", "", "Which programme was running when the water came out, and how much was it?",
        "Cotton 60, towards the end. About two cups, in front of the door.",
        "upheld", "The seal was fitted, but the drum had moved and pressed on it. We should have seen that at the "
        "first visit, and we missed the second one without telling you.",
        _deed("repair", "A senior technician sets the drum and fits a new seal, on a morning you choose", 5),
        _money("compensation", "For two mornings lost", "150"), "Repair report 4471, signed at the door",
    ),
    Story(
        "Fridge delivered with a dent", "Fridge Tundra 310, delivered on Saturday",
        "There is a dent the size of a hand on the left side. The driver said I should report it and left. "
        "I would keep the fridge if the price is right.",
        "price_cut", "200", "Could you send a photo of the side with something to compare the size?",
        "I have put a ruler next to it, see the photo.",
        "upheld", "The packaging was cut open at our warehouse, so the dent is ours.",
        _money("price_cut", "Back to your card", "120"), _money("price_cut", "Back to your card", "200"),
        "Transfer with reference FR-310-22",
    ),
    Story(
        "Charged twice for one order", "Order with two filters and a hose",
        "My bank shows the same amount twice on the same day. I called and was told it would vanish by itself. "
        "It did not, and it is two weeks now.",
        "refund", "89.90", "Which of the two entries has a reference that begins with VH?",
        "The second one, VH-20881.",
        "upheld", "Our payment page sent the order twice when the first answer came late. The second one has no goods "
        "behind it.",
        _money("refund", "The second charge, back to the same card", "89.90"),
        _money("compensation", "For the two weeks", "30"), "Refund booked, statement line 118",
    ),
    Story(
        "Nobody called back about my boiler", "Service request for the gas boiler",
        "I was promised a call on Monday, then on Wednesday. It is Friday, we are washing with cold water.",
        "repair", "", "Does the display show a code, and is the pressure below one bar?",
        "It shows E4. The pressure is 0.6.",
        "upheld", "Two calls were planned and neither was made. There is no excuse for cold water over a weekend.",
        _deed("repair", "A technician comes tomorrow between 8 and 10", 1),
        _money("compensation", "For each day without hot water", "300"), "Boiler running, 1.6 bar, report 5120",
    ),
    Story(
        "The oven is not the one I ordered", "Oven Piec 60 in black",
        "I ordered the black one with the telescopic rails. What came is grey and has none. The fitter put it in "
        "before I was home.",
        "replacement", "", "Is the old packaging still there, with the label?",
        "Yes, the label says P60-G.",
        "upheld", "The order says black with rails; the label shows that the warehouse took the wrong one.",
        _deed("replacement", "The right oven, fitted on one visit, the grey one taken back", 8),
        _deed("replacement", "The right oven within four days, the rails as a gift", 4), "Delivered and fitted",
    ),
    Story(
        "Rude answer on the phone", "Call on the service line",
        "I asked when my part would arrive and was told that I should read my mails. There was no mail. "
        "I do not expect much, but I expect to be spoken to properly.",
        "apology", "", "At about what time did you call?",
        "A little after nine in the morning.",
        "upheld", "We listened to the call. You were right to ask and we were wrong to answer like this. The mail "
        "about the part had never been sent.",
        _deed("apology", "A written apology from the head of the service line", 2),
        _deed("change", "The service line sees from now on whether a mail was really sent", 15),
        "Letter of apology sent",
    ),
    Story(
        "Warranty repair refused", "Vacuum cleaner Zefir 2000, bought 20 months ago",
        "The workshop says the motor burned because of dust and that this is my fault. I changed every filter in time "
        "and kept the receipts.",
        "repair", "", "Could you send the receipts of the filters?",
        "Three receipts are attached.",
        "partly", "The filters were changed in time, so dust is not your fault. The brush was worn, and that part is "
        "not under warranty.",
        _deed("repair", "A new motor without charge; the brush at half its price", 10),
        _deed("repair", "A new motor and a new brush without charge", 7), "Returned with new motor, test report",
    ),
    Story(
        "Newsletter although I said no", "E-mail of Tuesday",
        "I stopped your offers in spring and on Tuesday there was one again. I want to know why, not just another "
        "'you are unsubscribed'.",
        "explanation", "", "Was it addressed to the mailbox that you use here?",
        "No, to my old one.",
        "upheld", "Your old address stood in a list of a shop we took over. It had never been asked and should never "
        "have been used.",
        _deed("explanation", "Where the address came from, in writing, and its removal from that list", 3),
        _deed("change", "All addresses of that list are silenced until each person says yes", 10),
        "Explanation sent, address removed",
    ),
    Story(
        "Dishwasher part is taking five weeks", "Spare part for dishwasher Fala 45",
        "The part was said to take a week. Every call gives me another date. I wash by hand for a family of five.",
        "repair", "", "Would a used, tested part be all right for you until the new one is here?",
        "Yes, if it works.",
        "upheld", "The maker moved the date twice and we passed it on only when you asked.",
        _deed("repair", "A tested part now, the new one when it arrives", 4),
        _money("compensation", "For five weeks", "250"), "Part fitted, report 5502",
    ),
    Story(
        "Invoice has the wrong tax number", "Invoice for twelve kettles",
        "The invoice carries the tax number of another company. Our accountant cannot book it and the month ends on "
        "Friday.",
        "repair", "", "Which number should be on it?",
        "The one on our account page is right.",
        "upheld", "The order was taken by phone and the number was mistyped.",
        _deed("repair", "A corrected invoice today", 1), _money("compensation", "For the trouble", "50"),
        "Corrected invoice sent",
    ),
    Story(
        "Delivery window missed twice", "Delivery of a tumble dryer",
        "I took two half days off. Both times nobody came and the tracking said 'delivered to neighbour'. "
        "I have no neighbours at home in the morning.",
        "compensation", "200", "Which two days were these?",
        "The 4th and the 9th.",
        "partly", "The carrier has no proof for either day. We chose the carrier, so this is ours. What a half day is "
        "worth we cannot know, but we can offer a sum.",
        _money("compensation", "For two half days", "100"), _money("compensation", "For two half days", "180"),
        "Transfer with reference TD-09",
    ),
    Story(
        "Smell of burning from a new kettle", "Kettle Iskra, bought last week",
        "It smells of burnt plastic each time. I have stopped using it. Please check whether others have this too.",
        "refund", "129", "Is there a batch number under the base?",
        "Batch 26-B, written very small.",
        "upheld", "Two more kettles of this batch were reported. We have stopped selling it.",
        _money("refund", "The full price", "129"), _money("compensation", "For the scare", "60"),
        "Refunded, kettle collected",
    ),
    Story(
        "Gift voucher does not work", "Voucher from my daughter",
        "The till says the voucher was used in a town where I have never been.",
        "repair", "", "Do you still have the card with the scratch field?",
        "Yes, the field was already open when I got it.",
        "not_upheld", "The voucher was used with its code eleven days before it reached you. We cannot see who did it, "
        "and the code was not given out by us a second time.",
        _deed("explanation", "When and where it was used, in writing, for the police if you wish", 3),
        _money("compensation", "As a goodwill, half of its value", "75"), "Explanation sent",
    ),
    Story(
        "Contract for servicing went up without a word", "Service contract for two boilers",
        "The yearly price is 18 % higher and nobody told me. The contract says thirty days' notice.",
        "refund", "96", "Did any letter or mail arrive in the last two months?",
        "None.",
        "upheld", "The notice was written but never sent. Without notice the old price holds for this year.",
        _money("refund", "The difference for this year", "96"), _money("compensation", "For the worry", "40"),
        "Refund booked",
    ),
)  # fmt: skip

SUBJECTS_OF_CALLS = (
    "Asked when the technician comes", "Asked for the invoice again", "Ordered a spare part by phone",
    "Wanted to move the delivery", "Asked how to descale", "Asked about the warranty", "Told us about a new address",
    "Asked whether a part fits", "Thanked the technician",
)  # fmt: skip
TELL_US = (
    "The page about spare parts does not say which part fits which year.",
    "Very good that I can see who looked at my data. More firms should do this.",
    "Please let me choose the hour of a repair, not only morning or afternoon.",
    "The letters are too small for my father.",
    "I could not find how to change the delivery address after ordering.",
    "Could you show the energy use of each model next to the price?",
)  # fmt: skip
REPLIES = (
    "Thank you. We have passed this on to the people who run that page and will tell you what came of it.",
    "Thank you for telling us. You are right, and it is on the list for this month.",
)  # fmt: skip
OUTCOMES = (
    "The page now names the years for each part.",
    "From next month you can choose a two-hour window.",
    "Letters are now printed two sizes larger on request; we have set it for your account.",
)  # fmt: skip
OFFERS = (
    ("Descaler at half price", "Two packs fit your machine and last a year.", "laundry"),
    ("Seals for your fridge, fitted", "A new seal saves a tenth of the power. We fit it at the next visit.", "kitchen"),
    ("Boiler check before winter", "Book in September and pay the summer price.", "heating"),
    ("Filters for your vacuum cleaner, three for two", "They fit the model you have.", "repairs"),
    ("Oven rails for your model", "Telescopic rails, easy to fit, with a video.", "kitchen"),
    ("Airing without losing heat", "A sensor that tells when to close the window.", "heating"),
)  # fmt: skip
