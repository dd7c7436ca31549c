"""What is made from an approved version alone: tender pack, marking scheme, bid workbook, return template."""
