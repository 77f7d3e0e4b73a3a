using NodeAgent.Conformance.Bench;
using NodeAgent.Conformance.Checks;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;

namespace NodeAgent.Conformance;

/// <summary>What a backend must prove. The same checks for every backend; each needs the capabilities it names.</summary>
public static class ConformanceKit
{
    /// <summary>Every check, in the order in which they run.</summary>
    public static IReadOnlyList<Check> Checks { get; } =
    [
        .. LookingChecks.All, .. NameChecks.All, .. VolumeChecks.All, .. SnapshotChecks.All, .. RollbackChecks.All,
        .. RoleChecks.All, .. ExclusionChecks.All, .. ReplicationChecks.All, .. ResumeChecks.All, .. RefusalChecks.All,
        .. RejoinChecks.All,
        .. ChangeChecks.All, .. CommandChecks.All, .. LifecycleChecks.All,
    ];

    /// <summary>Runs the checks one after the other. A failed check never stops the others.</summary>
    public static async Task<ConformanceReport> RunAsync(
        ConformanceSubject subject,
        ConformanceOptions options,
        IProgress<CheckResult>? progress,
        CancellationToken cancellation)
    {
        var capabilities = await DescribeAsync(subject, cancellation);
        if (!capabilities.IsOk)
        {
            var opens = new CheckResult(
                "opens", "The backend can be opened.", Capabilities.None, Verdict.Failed, capabilities.Fault.ToString(), TimeSpan.Zero);
            progress?.Report(opens);
            return new ConformanceReport(subject.Name, Capabilities.None, [opens]);
        }

        var results = new List<CheckResult>();
        var number = 0;
        foreach (var check in Checks)
        {
            number++;
            if (options.Only.Count > 0 && !options.Only.Contains(check.Id, StringComparer.Ordinal))
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            var result = await new CheckRun(subject, options, check, number).RunAsync(capabilities.Value, cancellation);
            results.Add(result);
            progress?.Report(result);
        }

        return new ConformanceReport(subject.Name, capabilities.Value, results);
    }

    private static async Task<Outcome<Capabilities>> DescribeAsync(ConformanceSubject subject, CancellationToken cancellation)
    {
        await using var bench = new TestBench(subject, new ConformanceOptions(), 0, cancellation);
        var seating = bench.Seat("a", "n1", commands => commands);
        var opened = await subject.OpenAsync(seating, cancellation);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        await using var backend = opened.Value;
        return backend.Describe().Capabilities;
    }
}
