using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Linux.Fencing;
using NodeAgent.Linux.Power;

namespace NodeAgent.Daemon.Failover;

/// <summary>Cuts the power of other nodes, and resets this one.</summary>
internal sealed class PowerEffects(
    PowerFence fence, IReadOnlyDictionary<NodeId, IReadOnlyList<FenceLevel>> levels, INodeReset reset, IResetNote note, IHistory history)
{
    private static readonly TimeSpan FenceLimit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<NodeId, bool> cutting = new();
    private static readonly TimeSpan NoteLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>True if there is something that can cut the node's power.</summary>
    public bool CanFence(NodeId node) => levels.ContainsKey(node);

    /// <summary>The nodes whose power can be cut.</summary>
    public IEnumerable<NodeId> Fenceable => levels.Keys;

    /// <summary>What is wrong with the devices of a node that runs; switches nothing.</summary>
    public Task<IReadOnlyList<Fault>> TestAsync(NodeId node, CancellationToken cancellation) =>
        fence.TestAsync(levels.GetValueOrDefault(node) ?? [], FenceLimit, cancellation);

    /// <summary>Cuts a node's power, unless it is heard again or has joined anew before a device is told to.</summary>
    public async Task FenceAsync(NodeEffect.Fence order, Func<ClusterView?> view, Action<NodeInput> answer, CancellationToken cancellation)
    {
        // Asked again while it is being done: the answer to come is for both.
        if (!cutting.TryAdd(order.Node, true))
        {
            return;
        }

        history.Tell("fencing", order.Node.Value, "its power is being cut");
        var verdict = await OffAsync(order.Node, () => view()?.IsToBeCut(order.Node, order.Session) == true, cancellation);
        cutting.TryRemove(order.Node, out _);
        history.Tell(verdict.End == FenceEnd.Confirmed ? "fenced" : "fence-failed", order.Node.Value, verdict.Reason);
        answer(new NodeInput.FenceEnded(order.Node, order.Session, verdict.End == FenceEnd.Confirmed ? verdict.Reason : null));
    }

    /// <summary>Cuts a node's power because an operator wants it.</summary>
    public Task<FenceVerdict> OffAsync(NodeId node, CancellationToken cancellation) => OffAsync(node, () => true, cancellation);

    /// <summary>Writes the reason where it is found after the boot, as far as that is quick, and resets.</summary>
    public async Task ResetAsync(string reason, CancellationToken cancellation)
    {
        history.Tell("reset", "this node", reason);

        // A disk that hangs may be the very reason: it is not waited for.
        await note.WriteAsync(reason, NoteLimit, cancellation);
        reset.Reset(reason);
    }

    private Task<FenceVerdict> OffAsync(NodeId node, Func<bool> isWanted, CancellationToken cancellation) =>
        fence.OffAsync(levels.GetValueOrDefault(node) ?? [], isWanted, FenceLimit, cancellation);
}
