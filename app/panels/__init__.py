"""Panels: who meets about a call, what they discuss, who leaves for what, and the minutes."""
