using System.Net;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>Which members of the store answer, and what the loss of a node would leave of them: below a majority nothing is decided.</summary>
/// <param name="Voters">Its members but learners.</param>
internal sealed record StoreMajority(IReadOnlyList<StoreVoter> Voters)
{
    /// <summary>Members that are not counted on.</summary>
    public IEnumerable<StoreVoter> Silent => Voters.Where(voter => voter.Problem is not null);

    /// <summary>How many must answer.</summary>
    public int Needed => (Voters.Count / 2) + 1;

    /// <summary>Reads it from what a look at the store showed.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="nodes">The cluster's nodes with their addresses.</param>
    public static StoreMajority Of(StoreReport seen, IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> nodes) => new(
        [.. seen.Members.Where(member => !member.IsLearner).Select(member => new StoreVoter(member.Name.Length > 0 ? member.Name : member.Endpoint, NodeOf(member, nodes), Objection(member)))]);

    /// <summary>Why the store could decide nothing if that node were lost; null: it could.</summary>
    public string? Without(NodeId node)
    {
        var left = Voters.Where(voter => voter.Node != node).ToList();
        var silent = left.Where(voter => voter.Problem is not null).Select(voter => voter.Name).ToList();
        return left.Count - silent.Count >= Needed || Voters.All(voter => voter.Node != node) ? null
            : $"of its {Voters.Count} members {left.Count - silent.Count} would be left, and {Needed} are needed{(silent.Count == 0 ? "" : $" (not counted on now: {string.Join(", ", silent)})")}";
    }

    private static string? Objection(StoreMemberLine member) =>
        member.Problem ?? (member.HasLeader == Answer.Yes ? null : "it knows no leader");

    // 'nodeagent cluster store' names a member as its node; who brought an etcd of his own may have named it otherwise.
    private static NodeId? NodeOf(StoreMemberLine member, IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> nodes)
    {
        var address = Uri.TryCreate($"store://{member.Endpoint}", UriKind.Absolute, out var parsed) && IPAddress.TryParse(parsed.IdnHost, out var known) ? known : null;
        var there = nodes.Where(node => address is not null && node.Value.Contains(address)).Select(node => (NodeId?)node.Key).FirstOrDefault();
        return there ?? nodes.Keys.Where(node => node.Value == member.Name).Select(node => (NodeId?)node).FirstOrDefault();
    }
}
