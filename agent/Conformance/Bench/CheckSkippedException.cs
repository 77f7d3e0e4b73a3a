namespace NodeAgent.Conformance.Bench;

/// <summary>Ends a check that cannot be tried here; never leaves the kit.</summary>
internal sealed class CheckSkippedException(string message) : Exception(message);
