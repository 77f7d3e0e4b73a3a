using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>Founding, joining and leaving a cluster.</summary>
internal sealed class ClusterEndpoints(ClusterSeat seat) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<Messages.Nothing, DoneReport>("/v1/cluster/init", async (_, cancellation) =>
            (await seat.FoundAsync(cancellation)).Map(list => new DoneReport($"cluster {list.Cluster.Value} is founded; its only member is {list.Issuer}")));
        routes.Post<Messages.Token, TokenReport>("/v1/cluster/token", (order, _) => Task.FromResult(CreateToken(order)));
        routes.Post<Messages.Join, DoneReport>("/v1/cluster/join", async (order, cancellation) =>
            (await seat.JoinAsync(order.Token, order.Through, cancellation)).Map(list => new DoneReport(
                $"joined cluster {list.Cluster.Value}; its members are {string.Join(", ", list.Members.Select(member => member.Node))}")));
        routes.Post<Messages.OfNode, DoneReport>("/v1/cluster/remove", (order, _) => Task.FromResult(Remove(order)));
        routes.Get("/v1/cluster/members", _ => Task.FromResult(Members()));
    }

    private Outcome<TokenReport> CreateToken(Messages.Token order)
    {
        var node = seat.Required();
        if (!node.IsOk)
        {
            return node.Fault;
        }

        var lifetime = order.LifetimeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return node.Value.CreateToken(lifetime).Map(token => new TokenReport(token.Reveal()));
    }

    private Outcome<DoneReport> Remove(Messages.OfNode order)
    {
        var node = seat.Required();
        var removed = node.IsOk ? node.Value.Remove(new NodeId(order.Node)) : node.Fault;
        return removed.IsOk
            ? new DoneReport($"{order.Node} is no member any more; its certificate is refused from now on")
            : removed.Fault;
    }

    private Outcome<IReadOnlyList<MemberReport>> Members()
    {
        var node = seat.Required();
        return node.IsOk ? Outcome.Ok<IReadOnlyList<MemberReport>>([.. node.Value.Members.Members.Select(Report)]) : node.Fault;

        MemberReport Report(Member member) => new(
            member.Node, member.Node == node.Value.Members.Issuer, [.. member.Addresses.Select(address => address.ToString())]);
    }
}
