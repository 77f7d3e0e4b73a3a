using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Hands out and takes in the member list. Taking in is open to a member whose certificate this node does not know
/// yet: the list itself is signed, and it is what makes the certificate known.
/// </summary>
internal sealed class MembersEndpoint(MemberRoll roll) : IPeerEndpoints
{
    public const string Route = "members";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, HandOutAsync);
        routes.MapPut(Route, TakeInAsync).WithMetadata(new OpenTo(Strangers: false));
    }

    private Task HandOutAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(roll.Signed.ToBytes(), context.RequestAborted).AsTask();
    }

    private async Task TakeInAsync(HttpContext context)
    {
        var content = await BoundedBody.ReadAsync(
            context.Request.Body, PeerJson.MessageLimit, context.RequestAborted);
        var offered = content.IsOk ? SignedMembers.Read(content.Value) : content.Fault;
        var adopted = offered.IsOk ? roll.Adopt(offered.Value) : offered.Fault;
        await (adopted.IsOk ? context.AnswerAsync(Outcome.Ok(new Acknowledgement())) : context.RefuseAsync(adopted.Fault));
    }
}
