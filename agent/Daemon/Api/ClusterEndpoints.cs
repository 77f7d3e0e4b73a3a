using System.Collections.Immutable;
using NodeAgent.Cluster.Setup;
using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Stores;

namespace NodeAgent.Daemon.Api;

/// <summary>Founding, joining and leaving a cluster.</summary>
internal sealed class ClusterEndpoints(NodeId self, ClusterSeat seat, StoreFounding founding, StoreSeating seating, StoreSight store) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<Messages.Init, FoundedReport>("/v1/cluster/init", FoundAsync);
        routes.Post<Messages.Token, TokenReport>("/v1/cluster/token", (order, _) => Task.FromResult(CreateToken(order)));
        routes.Post<Messages.Join, DoneReport>("/v1/cluster/join", async (order, cancellation) =>
            (await seat.JoinAsync(order.Token, order.Through, cancellation)).Map(list => new DoneReport(
                $"joined cluster {list.Cluster.Value}; its members are {string.Join(", ", list.Members.Select(member => member.Node))}")));
        routes.Post<Messages.OfNode, DoneReport>("/v1/cluster/remove", (order, _) => Task.FromResult(Remove(order)));
        routes.Get("/v1/cluster/members", _ => Task.FromResult(Members()));
        routes.Post<Messages.Seat, FoundedReport>("/v1/cluster/store/add", AddSeatAsync);
        routes.Post<Messages.OfNode, DoneReport>("/v1/cluster/store/promote", (order, cancellation) => seating.PromoteAsync(order.Node, cancellation));
        routes.Post<Messages.OfNode, DoneReport>("/v1/cluster/store/remove", (order, cancellation) => seating.RemoveAsync(order.Node, cancellation));
        routes.Get("/v1/cluster/store", context => store.LookAsync(context.RequestAborted));
    }

    // A cluster that is founded already may still get its store; what is wrong with that is said before anything is done.
    private async Task<Outcome<FoundedReport>> FoundAsync(Messages.Init order, CancellationToken cancellation)
    {
        var seats = order.Store is null && order.Witness is null ? ImmutableArray<EtcdSeat>.Empty : StoreSeats.Parse(order.Store ?? [], order.Witness);
        if (!seats.IsOk)
        {
            return seats.Fault;
        }

        if (!seats.Value.IsEmpty && founding.Check(self, seats.Value) is { } wrong)
        {
            return wrong;
        }

        var known = seat.Node?.Members;
        var list = known is null || seats.Value.IsEmpty ? await seat.FoundAsync(cancellation) : known;
        if (!list.IsOk)
        {
            return list.Fault;
        }

        var text = known is null ? $"cluster {list.Value.Cluster.Value} is founded; its only member is {list.Value.Issuer}" : $"cluster {list.Value.Cluster.Value} was founded before";
        if (seats.Value.IsEmpty)
        {
            return new FoundedReport(text, []);
        }

        var founded = await founding.RunAsync(self, seats.Value, list.Value.Cluster.Value, cancellation);
        return founded.IsOk ? founded.Value with { Text = $"{text}; {founded.Value.Text}" } : founded.Fault;
    }

    private async Task<Outcome<FoundedReport>> AddSeatAsync(Messages.Seat order, CancellationToken cancellation)
    {
        var node = seat.Required();
        var parsed = StoreSeats.Parse(order.IsWitness ? [] : [order.Text], order.IsWitness ? order.Text : null);
        return !parsed.IsOk || !node.IsOk
            ? (parsed.Fault ?? node.Fault)!
            : await seating.AddAsync(parsed.Value[0], node.Value.Members.Cluster.Value, cancellation);
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
