using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>
/// Who belongs to the etcd, and changes of it, one at a time. A new member comes as a learner: it has no vote until it has caught up,
/// so that a site with a dead member is never left without a majority by adding one.
/// </summary>
public sealed class EtcdMembers
{
    private readonly EtcdGateway gateway;

    internal EtcdMembers(EtcdGateway gateway) => this.gateway = gateway;

    /// <summary>All members.</summary>
    public async Task<Outcome<IReadOnlyList<EtcdMember>>> ListAsync(CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/cluster/member/list", EtcdQuestions.Nothing(), cancellation);
        return reply.Body is { } body ? Read(body) : reply.Fault!;
    }

    /// <summary>How the member that answers at an address is.</summary>
    public Task<MemberHealth> LookAsync(Uri endpoint, CancellationToken cancellation) => LookAsync(gateway, endpoint, cancellation);

    /// <summary>Adds a member by where others will find it. One with that address is fine: the step may be repeated.</summary>
    public async Task<Outcome<EtcdMember>> AddAsync(string peerUrl, bool learner, CancellationToken cancellation)
    {
        var before = await ListAsync(cancellation);
        if (!before.IsOk)
        {
            return before.Fault;
        }

        if (Find(before.Value, peerUrl) is { } known)
        {
            return known;
        }

        var reply = await gateway.AskOnceAsync("/v3/cluster/member/add", EtcdQuestions.AddMember(peerUrl, learner), cancellation);
        if (reply.Fault is { } fault)
        {
            return fault;
        }

        var after = await ListAsync(cancellation);
        return !after.IsOk ? after.Fault
            : Find(after.Value, peerUrl) is { } added ? added
            : EtcdFaults.Odd("member/add", "the new member is not in the list");
    }

    /// <summary>Gives a learner its vote. Faults with <see cref="FaultCode.PreconditionFailed"/> until it has caught up.</summary>
    public async Task<Outcome> PromoteAsync(ulong id, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/cluster/member/promote", EtcdQuestions.Member(id), cancellation);
        if (reply.Fault is null)
        {
            return Outcome.Done;
        }

        // A lost answer, or a second time: it may be done.
        var members = await ListAsync(cancellation);
        return members.IsOk && members.Value.Any(member => member.Id == id && !member.IsLearner) ? Outcome.Done : reply.Fault;
    }

    /// <summary>Removes a member. One that is not there is fine. A majority of those left must be alive, or etcd refuses.</summary>
    public async Task<Outcome> RemoveAsync(ulong id, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync("/v3/cluster/member/remove", EtcdQuestions.Member(id), cancellation);
        return reply.Fault is null or { Code: FaultCode.NotFound } ? Outcome.Done : reply.Fault;
    }

    internal static async Task<MemberHealth> LookAsync(EtcdGateway gateway, Uri endpoint, CancellationToken cancellation)
    {
        var reply = await gateway.AskAtAsync(endpoint, "/v3/maintenance/status", EtcdQuestions.Nothing(), cancellation);
        if (reply.Body is not { } body)
        {
            return new(endpoint.Authority, Answer.Unknown, Answer.Unknown, 0, string.Empty, reply.Fault);
        }

        var leader = body.Number("leader");
        var self = body.Field("header")?.Number("member_id");
        return new(
            endpoint.Authority,
            leader is null ? Answer.Unknown : leader == 0 ? Answer.No : Answer.Yes,
            leader is null || self is null ? Answer.Unknown : leader != 0 && leader == self ? Answer.Yes : Answer.No,
            body.Number("dbSize") ?? 0,
            body.Text("version") ?? string.Empty,
            null)
        { Latency = gateway.Since(reply.AskedAt), Id = unchecked((ulong)(self ?? 0)) };
    }

    internal static Outcome<IReadOnlyList<EtcdMember>> Read(JsonElement body)
    {
        var members = new List<EtcdMember>();
        foreach (var item in body.List("members") ?? [])
        {
            if (item.Number("ID") is not { } id || id == 0 || Texts(item, "peerURLs") is not { } peers || Texts(item, "clientURLs") is not { } clients
                || item.Flag("isLearner") is not { } learner)
            {
                return EtcdFaults.Odd("member/list", "a member is damaged");
            }

            members.Add(new(unchecked((ulong)id), item.Text("name") ?? string.Empty, peers, clients, learner));
        }

        return members.Count == 0 ? EtcdFaults.Odd("member/list", "no members") : members;
    }

    private static EtcdMember? Find(IReadOnlyList<EtcdMember> members, string peerUrl) =>
        members.FirstOrDefault(member => member.PeerUrls.Contains(peerUrl, StringComparer.Ordinal));

    private static IReadOnlyList<string>? Texts(JsonElement item, string name) =>
        item.List(name) is { } list && list.All(each => each.ValueKind == JsonValueKind.String) ? [.. list.Select(each => each.GetRawText().Trim('"'))] : null;
}
