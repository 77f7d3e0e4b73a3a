namespace NodeAgent.Rehearsal.Reports;

/// <summary>A promise that was broken.</summary>
/// <param name="At">When.</param>
/// <param name="Promise">Which: "one writer", "no lost write", "epochs grow", "comes to rest".</param>
/// <param name="What">What was seen.</param>
public sealed record Violation(TimeSpan At, string Promise, string What);
