namespace NodeAgent.Conformance.Bench;

/// <summary>Ends a check that does not hold; never leaves the kit.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
