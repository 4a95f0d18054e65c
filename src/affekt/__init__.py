"""Which emotions a text expresses, and how sure that is."""
