using System.Globalization;
using System.Net;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>
/// Which members of the store answer, and what the loss of a node would leave of them: below a majority nothing is decided. A member
/// whose addresses and name are no node's counts as one elsewhere, such as a witness.
/// </summary>
/// <param name="Voters">Its members but learners.</param>
internal sealed record StoreMajority(IReadOnlyList<StoreVoter> Voters)
{
    /// <summary>Members that are not counted on.</summary>
    public IEnumerable<StoreVoter> Silent => Voters.Where(voter => voter.Problem is not null);

    /// <summary>How many must answer.</summary>
    public int Needed => (Voters.Count / 2) + 1;

    /// <summary>Reads it from what was seen. A member is who answers as it, wherever that is; without a list each address counts as one.</summary>
    /// <param name="members">Who belongs to the store, as it said last; none: it never did.</param>
    /// <param name="answers">What was heard at all addresses that are known.</param>
    /// <param name="nodes">The cluster's nodes with their addresses.</param>
    public static StoreMajority Of(
        IReadOnlyList<EtcdMember> members, IReadOnlyList<MemberHealth> answers, IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> nodes) => new(
        members.Count == 0
            ? [.. answers.Select(answer => new StoreVoter(answer.Endpoint, NodeAt([$"store://{answer.Endpoint}"], nodes), Objection([answer]) ?? answer.Fault?.Why))]
            : [.. members.Where(member => !member.IsLearner).Select(member => new StoreVoter(NameOf(member), NodeOf(member, nodes), Objection(member, answers)))]);

    /// <summary>Why the store could decide nothing if that node were lost; null: it could.</summary>
    public string? Without(NodeId node)
    {
        var up = Voters.Where(voter => voter.Problem is null).ToList();
        var left = up.Count(voter => voter.Node != node);
        var silent = string.Join(", ", Silent.Select(voter => voter.Name));
        return up.Count < Needed ? $"of its {Voters.Count} members {up.Count} answer, and {Needed} are needed (not counted on: {silent})"
            : left >= Needed ? null
            : $"of its {Voters.Count} members {left} would be left, and {Needed} are needed{(silent.Length == 0 ? "" : $" (not counted on now: {silent})")}";
    }

    /// <summary>Keeps a problem only of members that had one before too: who was busy once is not away.</summary>
    public StoreMajority After(StoreMajority before)
    {
        var twice = before.Silent.Select(voter => voter.Name).ToHashSet(StringComparer.Ordinal);
        return new([.. Voters.Select(voter => twice.Contains(voter.Name) ? voter : voter with { Problem = null })]);
    }

    private static string? Objection(EtcdMember member, IReadOnlyList<MemberHealth> answers)
    {
        var own = answers.Where(answer => answer.Fault is null && answer.Id == member.Id).ToList();
        return own.Count > 0 ? Objection(own)
            : member.ClientUrls.Count == 0 ? "it was added and has not started yet"
            : answers.FirstOrDefault(answer => answer.Fault is not null && member.ClientUrls.Any(url => StoreSight.AuthorityOf(url) == answer.Endpoint))?.Fault?.Why ?? "nobody answers as it";
    }

    private static string? Objection(IReadOnlyList<MemberHealth> own) =>
        own.Any(answer => answer.HasLeader == Answer.Yes) ? null : own.Any(answer => answer.Fault is null) ? "it knows no leader" : null;

    private static string NameOf(EtcdMember member) =>
        member.Name.Length > 0 ? member.Name
        : member.PeerUrls.Count > 0 ? StoreSight.AuthorityOf(member.PeerUrls[0])
        : member.Id.ToString("x", CultureInfo.InvariantCulture);

    // 'nodeagent cluster store' names a member as its node; who brought an etcd of his own may have named it otherwise.
    private static NodeId? NodeOf(EtcdMember member, IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> nodes) =>
        NodeAt(member.PeerUrls.Concat(member.ClientUrls), nodes) ?? nodes.Keys.Where(node => node.Value == member.Name).Select(node => (NodeId?)node).FirstOrDefault();

    private static NodeId? NodeAt(IEnumerable<string> urls, IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> nodes)
    {
        var hosts = urls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && IPAddress.TryParse(parsed.IdnHost, out var host) ? host : null).OfType<IPAddress>().ToHashSet();
        return nodes.Where(node => node.Value.Any(hosts.Contains)).Select(node => (NodeId?)node.Key).FirstOrDefault();
    }
}
