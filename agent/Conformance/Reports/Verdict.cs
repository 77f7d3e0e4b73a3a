namespace NodeAgent.Conformance.Reports;

/// <summary>How a check went.</summary>
public enum Verdict
{
    /// <summary>It could not be tried; the reason is told.</summary>
    Skipped = 0,

    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold.</summary>
    Failed,
}
