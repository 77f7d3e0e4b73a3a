using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>Looks at the parts of services that run here, and tells if one has failed. Not being able to look is no failure.</summary>
/// <param name="held">What may run here, as it was opened.</param>
/// <param name="hangs">Why the storage of a unit is given up, if it is.</param>
/// <param name="state">What this node has.</param>
/// <param name="time">The clocks.</param>
internal sealed class ServiceMonitor(
    HeldServices held, Func<UnitId, string?> hangs, Func<NodeState> state, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, IReadOnlyList<PartSight>> sights = new(StringComparer.Ordinal);

    /// <summary>What was last seen of the parts of a service; null if they were not looked at.</summary>
    public IReadOnlyList<PartSight>? LastSights(string service) => sights.GetValueOrDefault(service);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(Action<NodeInput> answer, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, cancellation);
                await Task.WhenAll(Running().Select(entry => LookAsync(entry.Service, entry.Local, answer, cancellation)));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private IEnumerable<(RunnableService Service, LocalService Local)> Running() =>
        from local in state().Services
        let service = held.Find(local.Key)
        where local.Value.Phase == LocalPhase.Running && service is not null && state().View?.Record.Service(local.Key)?.Wanted == WantedState.Running
        select (service, local.Value);

    private async Task LookAsync(RunnableService service, LocalService local, Action<NodeInput> answer, CancellationToken cancellation)
    {
        if (service.Units.Select(hangs).FirstOrDefault(why => why is not null) is { } hang)
        {
            answer(new NodeInput.Failed(service.Name, local.Epoch, hang, IsHopelessHere: true));
            return;
        }

        var seen = await service.Parts.MonitorAsync(Limit, cancellation);
        sights[service.Name] = seen;
        var index = seen.ToList().FindIndex(sight => sight.Condition is PartCondition.Failed or PartCondition.Stopped);
        if (index >= 0)
        {
            answer(new NodeInput.Failed(service.Name, local.Epoch, $"{service.Parts.Parts[index].Name}: {seen[index].Reason}"));
        }
    }
}
