namespace NodeAgent.Linux.Services;

/// <summary>What came of something that was done to all parts of a service.</summary>
/// <param name="Failures">The parts that did not do it, in the order of trying; none means that all did.</param>
/// <param name="Took">How long it took.</param>
public sealed record PartsReport(IReadOnlyList<PartFailure> Failures, TimeSpan Took)
{
    /// <summary>True if every part did it. After a stop that is not true, something may still write: fence yourself.</summary>
    public bool IsOk => Failures.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => IsOk ? "all parts did" : string.Join("; ", Failures.Select(failure => failure.Fault.ToString()));
}
