using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>
/// Storage of two nodes that keeps both sides the same by itself: a certificate says which side holds everything, and a side
/// that does not is never opened. What a side holds is a count of writes.
/// </summary>
internal sealed class FakeMirror(NodeId one, NodeId other)
{
    private readonly Dictionary<NodeId, int> held = new() { [one] = 0, [other] = 0 };
    private readonly HashSet<NodeId> open = [];

    /// <summary>The sides that hold everything acknowledged.</summary>
    public HashSet<NodeId> InSync { get; } = [one, other];

    /// <summary>The newest epoch that was opened.</summary>
    public Epoch Epoch { get; private set; } = new(1);

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>A side that is found not to hold everything when the writer closes.</summary>
    public NodeId? MissesOnClose { get; set; }

    /// <summary>As the NVMe mirror does it: whoever wrote last may go on with both sides together, also where neither alone holds everything.</summary>
    public bool WriterTakesBoth { get; set; }

    /// <summary>What its storage waits for before it says how the copies are.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    private NodeId? last;

    public bool IsOpen(NodeId node) => open.Contains(node);

    /// <summary>What a promotion rests on, and the plan of one says beforehand.</summary>
    public bool MayOpen(NodeId node) => InSync.Contains(node) || (WriterTakesBoth && last == node);

    public int HeldBy(NodeId node) => held[node];

    public IBackend For(NodeId node) => new FakeMirrorBackend(this, node);

    public void Write(NodeId node)
    {
        Assert.Contains(node, open);
        Acknowledged++;
        foreach (var side in InSync.Append(node).Distinct())
        {
            held[side] = Acknowledged;
        }
    }

    /// <summary>The machine loses power: what it had open is open no more.</summary>
    public void Lose(NodeId node) => open.Remove(node);

    public Outcome Open(NodeId node, Epoch epoch)
    {
        if (!MayOpen(node) || epoch < Epoch)
        {
            return new Fault(epoch < Epoch ? FaultCode.StaleEpoch : FaultCode.WouldLoseWrites, "cannot open", $"{node} may miss something", "Bring the other back.", Retry.AfterFix);
        }

        Assert.IsEmpty(open.Where(writer => writer != node), "two nodes have it open");
        Assert.AreEqual(Acknowledged, held[node], "opened without what was acknowledged");
        (Epoch, last, _) = (epoch, node, open.Add(node));
        return Outcome.Done;
    }

    public void Close(NodeId node)
    {
        if (open.Remove(node) && MissesOnClose is { } missing)
        {
            InSync.Remove(missing);
        }
    }

    public ReplicationStatus Status(UnitId unit) => new(unit, DateTimeOffset.UnixEpoch, [.. held.Keys.Select(node => InSync.Contains(node)
        ? new CopyStatus(node, CopyState.InSync, new LossEstimate(LossConfidence.ProvenZero, null, "certificate"), 0, "")
        : new CopyStatus(node, CopyState.Outdated, LossEstimate.Unknown("not in the certificate"), null, ""))]);
}
