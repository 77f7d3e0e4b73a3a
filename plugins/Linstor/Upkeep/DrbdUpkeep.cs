using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Looks at all resources with one run of drbdsetup, then does for each what is due. Each has a lane of its own: what hangs for one
/// (a program, the store) leaves the others their step every second. All faults are told, the first as such.
/// </summary>
internal sealed class DrbdUpkeep(Parts parts, IReadOnlyDictionary<string, ResourceUpkeep> resources) : IUpkeep, IAsyncDisposable
{
    // Steps end in milliseconds. Whoever takes longer is not waited for, and told of when it is no accident any more.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, Step> steps = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private uint looks;

    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        var ended = resources.ToDictionary(resource => resource.Key, resource => resource.Value.Ended, StringComparer.Ordinal);
        var isAllDone = steps.Values.All(step => step.Work.IsCompleted);
        var states = await parts.Tool.DumpAsync("cannot look after resources", cancellation);
        if (!states.IsOk)
        {
            return states.Fault;
        }

        // Seen after the last step of each had ended: what one of them has begun is in it. The resources take turns.
        var mayVerify = isAllDone && states.Value.Values.All(state => state.Volumes.All(volume => volume.IsIdle));
        var turn = looks++ % resources.Count;

        foreach (var (index, (name, upkeep)) in resources.Index())
        {
            if (steps.GetValueOrDefault(name) is not { Work.IsCompleted: false })
            {
                steps[name] = Begin(upkeep, states.Value.GetValueOrDefault(name), ended[name], mayVerify && index == turn);
            }
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.WhenAll(steps.Values.Select(step => step.Work)), Task.Delay(Patience, parts.Time, waiting.Token));
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        List<Fault> faults = [];
        foreach (var (name, step) in steps)
        {
            var fault = step.Work.IsCompleted ? (await step.Work).Fault : Overdue(name, step);
            faults.AddRange(fault is null ? [] : [fault]);
        }

        return faults.Count switch
        {
            0 => Outcome.Done,
            1 => faults[0],
            _ => faults[0] with { Why = $"{faults[0].Why}; also {string.Join("; ", faults.Skip(1).Select(fault => $"{fault.What}: {fault.Why}"))}" },
        };
    }

    public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) =>
        Task.FromResult(Outcome.Ok<IReadOnlyList<UpkeepReport>>([.. resources.Values.Select(resource => resource.Report).OfType<UpkeepReport>()]));

    /// <summary>How long writes of a resource have stood still; null: they do not.</summary>
    public TimeSpan? StillFor(string resource) => resources[resource].StillFor;

    /// <summary>Ends what is still under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(steps.Values.Select(Task (step) => step.Work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    // Not with the call's own token: it ends with the call.
    private Step Begin(ResourceUpkeep upkeep, ResourceState? state, long ended, bool mayVerify) =>
        new(upkeep.KeepAsync(state, ended, mayVerify, ending.Token), parts.Time.GetTimestamp());

    private Fault? Overdue(string resource, Step step)
    {
        var waited = parts.Time.GetElapsedTime(step.Since);
        return waited < Late ? null : new Fault(
            FaultCode.TimedOut, $"cannot look after resource {resource}", $"its step has not ended for {waited.TotalSeconds:F0} s",
            "'nodeagent doctor' names a program that hangs; 'dmesg' says what it waits for.", Retry.Later);
    }

    private sealed record Step(Task<Outcome> Work, long Since);
}
