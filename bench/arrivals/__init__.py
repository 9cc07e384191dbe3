"""What really arrives in an office beside pages: e-invoices and mail."""
