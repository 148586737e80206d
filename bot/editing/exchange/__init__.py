"""The knowledge in the formats of others: CPSV-AP, Open Referral HSDS, spreadsheets."""
