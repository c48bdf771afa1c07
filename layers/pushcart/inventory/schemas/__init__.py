"""What the routes of inventory take and give: a room for each subject."""
