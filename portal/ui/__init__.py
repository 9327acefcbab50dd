"""The toolbox of the faces: gates, base form and fields, errors as pages, paging, sessions, assets, formats."""
