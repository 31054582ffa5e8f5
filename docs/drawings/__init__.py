"""The chapters' figures, a module for each chapter and a function for each figure."""
