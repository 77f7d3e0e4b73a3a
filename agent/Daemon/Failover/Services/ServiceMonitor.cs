using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>
/// Looks at the parts of services that run here, and tells if one has failed. Not being able to look is no failure. What stands still
/// under a lease that is held is let go on: a thaw that failed, or came before its freeze had ended, would else never be repeated.
/// </summary>
/// <param name="held">What may run here, as it was opened.</param>
/// <param name="hangs">Why the storage of a unit is given up, if it is.</param>
/// <param name="unsuited">Why what runs on a unit had better run on another node; null: it is well here.</param>
/// <param name="state">What this node has.</param>
/// <param name="time">The clocks.</param>
internal sealed class ServiceMonitor(
    HeldServices held, Func<UnitId, string?> hangs, Func<UnitId, string?> unsuited, Func<NodeState> state, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, IReadOnlyList<PartSight>> sights = new(StringComparer.Ordinal);

    /// <summary>What was last seen of the parts of a service; null if they were not looked at.</summary>
    public IReadOnlyList<PartSight>? LastSights(string service) => sights.GetValueOrDefault(service);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(Action<NodeInput> answer, Freezer freezer, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, cancellation);
                await Task.WhenAll(Wanted().Select(entry => LookAsync(entry.Service, entry.Local, answer, freezer, cancellation)));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // One that is out of management may stand still because an operator wants it to.
    private IEnumerable<(RunnableService Service, LocalService Local)> Wanted() =>
        from local in state().Services
        let service = held.Find(local.Key)
        where local.Value.Phase is LocalPhase.Starting or LocalPhase.Running or LocalPhase.Preparing && service is not null
            && state().View?.Record.Service(local.Key)?.Wanted == WantedState.Running
        select (service, local.Value);

    private async Task LookAsync(RunnableService service, LocalService local, Action<NodeInput> answer, Freezer freezer, CancellationToken cancellation)
    {
        if (local.Phase != LocalPhase.Running)
        {
            // What is being started is not asked whether it runs; what an agent before this one froze keeps it from starting.
            var some = service.Parts.Freezable;
            await ThawAsync(freezer, service, some, await some.MonitorAsync(Limit, cancellation), cancellation);
            return;
        }

        if (service.Units.Select(hangs).FirstOrDefault(why => why is not null) is { } hang)
        {
            answer(new NodeInput.Failed(service.Name, local.Epoch, hang, IsHopelessHere: true));
            return;
        }

        var why = service.Units.Select(unsuited).FirstOrDefault(why => why is not null);
        if (why != local.Unsuited)
        {
            answer(new NodeInput.Unsuited(service.Name, local.Epoch, why));
        }

        var seen = await service.Parts.MonitorAsync(Limit, cancellation);
        sights[service.Name] = seen;
        await ThawAsync(freezer, service, service.Parts, seen, cancellation);
        var index = seen.ToList().FindIndex(sight => sight.Condition is PartCondition.Failed or PartCondition.Stopped);
        if (index >= 0)
        {
            answer(new NodeInput.Failed(service.Name, local.Epoch, $"{service.Parts.Parts[index].Name}: {seen[index].Reason}"));
        }
    }

    private async Task ThawAsync(Freezer freezer, RunnableService service, ServiceParts parts, IReadOnlyList<PartSight> seen, CancellationToken cancellation)
    {
        var still = parts.Only(index => seen[index].Condition == PartCondition.Frozen);
        if (still.Parts.Count > 0)
        {
            await freezer.ThawAsync(service.Name, still, state().Session, cancellation);
        }
    }
}
