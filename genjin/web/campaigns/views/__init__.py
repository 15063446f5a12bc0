"""What brings leads: campaigns, web forms, questionnaires."""
