using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>The only routes for callers without a certificate.</summary>
internal sealed class JoinEndpoint(MemberRoll roll, NodeId self, JoinDesk? desk, ILogger log) : IPeerEndpoints
{
    public const string AuthorityRoute = "join/authority";
    public const string Route = "join";
    private const int Limit = 16 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(AuthorityRoute, ShowAuthoritiesAsync).WithMetadata(new OpenTo(Strangers: true));
        routes.MapPost(Route, JoinAsync).WithMetadata(new OpenTo(Strangers: true));
    }

    private Task ShowAuthoritiesAsync(HttpContext context) => context.AnswerAsync(
        Outcome.Ok(new AuthorityAnswer([.. roll.List.Authorities.Select(authority => authority.RawData)])));

    private async Task JoinAsync(HttpContext context)
    {
        if (desk is null)
        {
            await context.RefuseAsync(PeerFaults.NotIssuer(self, roll.List.Issuer));
            return;
        }

        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var request = await context.ReadMessageAsync<JoinRequest>(Limit);
        var answer = request.IsOk ? desk.Admit(request.Value, from) : request.Fault;
        if (answer.IsOk)
        {
            log.LogInformation("{Node} joined the cluster from {Address}", request.Value.Node, from);
        }
        else
        {
            log.LogWarning("a join from {Address} was refused: {Reason}", from, answer.Fault.Why);
        }

        await context.AnswerAsync(answer);
    }
}
