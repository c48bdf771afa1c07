"""What the routes of the catalogue take and give: a room for each subject."""
