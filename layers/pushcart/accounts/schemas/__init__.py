"""What the routes of accounts take and give: a room for each subject."""
