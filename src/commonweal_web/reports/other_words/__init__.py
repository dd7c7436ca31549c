"""What is promised and verified, told in the measures of other frameworks and for the goals, with what that loses."""
