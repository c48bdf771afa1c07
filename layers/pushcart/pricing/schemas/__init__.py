"""What the routes of pricing take and give: a room for each subject."""
