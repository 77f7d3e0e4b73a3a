using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Failover;

/// <summary>
/// Asks all fence devices now and then whether they could do their work: a device that is found dead when it is needed is found
/// too late. Switches nothing.
/// </summary>
internal sealed class FenceTests(PowerEffects power, Func<ClusterView?> view, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private volatile IReadOnlyDictionary<NodeId, IReadOnlyList<Fault>> found = new Dictionary<NodeId, IReadOnlyList<Fault>>();

    /// <summary>What was found last, by the node that the devices switch.</summary>
    public IReadOnlyDictionary<NodeId, IReadOnlyList<Fault>> Found => found;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (var wait = Soon; ; wait = Every)
            {
                await Task.Delay(wait, time, cancellation);
                await LookAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>
    /// Asks them now. A device is asked only while its node runs, for only then is it known what it should say; of the others
    /// counts what was found before.
    /// </summary>
    public async Task<IReadOnlyDictionary<NodeId, IReadOnlyList<Fault>>> LookAsync(CancellationToken cancellation)
    {
        var known = view();
        var asked = await Task.WhenAll(power.Fenceable.Where(node => known?.IsLive(node) == true)
            .Select(async node => KeyValuePair.Create(node, await power.TestAsync(node, cancellation))));
        var next = found.ToDictionary();
        foreach (var (node, faults) in asked)
        {
            next[node] = faults;
        }

        return found = next;
    }
}
