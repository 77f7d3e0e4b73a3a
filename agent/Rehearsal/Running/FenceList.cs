using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Reports;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The stays that were declared over, each with its first proof.</summary>
internal sealed class FenceList
{
    private readonly List<NodeReset> declared = [];
    private readonly HashSet<(string, long)> known = [];
    private readonly Dictionary<(string, long), TimeSpan> ended = [];

    /// <summary>A proof was stored. What was let go of in order fences nobody.</summary>
    public void Declare(TimeSpan now, NodeId node, long session, Proof proof)
    {
        if (proof.Kind is not (ProofKind.FirstWriter or ProofKind.Released) && known.Add((node.Value, session)))
        {
            declared.Add(new NodeReset(now, node.Value, $"{proof.Kind}: {proof.Detail}"));
        }
    }

    /// <summary>A lease ran out.</summary>
    public void Ended(TimeSpan now, string node, long session) => ended[(node, session)] = now;

    /// <summary>All of them. A proof counts even if nobody could use it: no node was fit to take over.</summary>
    public IEnumerable<NodeReset> All(ClusterView view, TimeSpan now)
    {
        foreach (var service in view.Record.Services.Values.Where(service => service.Owner is not null && !view.IsHeld(service)))
        {
            if (Proofs.About(view, service) is { IsOk: true, Value: var proof })
            {
                var owner = service.Owner!;
                Declare(ended.GetValueOrDefault((owner.Node.Value, owner.Session), now), owner.Node, owner.Session, proof);
            }
        }

        return declared.OrderBy(reset => reset.At);
    }
}
