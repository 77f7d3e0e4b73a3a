using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Renews a member's certificate. The name comes from the certificate it shows, never from the request.</summary>
internal sealed class RenewEndpoint(MemberRoll roll, NodeId self, MemberIssuer? issuer) : IPeerEndpoints
{
    public const string Route = "renew";
    private const int Limit = 16 * 1024;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, RenewAsync);

    private async Task RenewAsync(HttpContext context)
    {
        var request = await context.ReadMessageAsync<RenewRequest>(Limit);
        await context.AnswerAsync(request.IsOk ? Renew(request.Value, context.Peer()) : request.Fault);
    }

    private Outcome<CertificateAnswer> Renew(RenewRequest request, NodeId caller)
    {
        if (issuer is null)
        {
            return PeerFaults.NotIssuer(self, roll.List.Issuer);
        }

        var key = NodeKey.ReadSigningRequest(request.SigningRequest);
        return key.IsOk
            ? issuer.Renew(caller, key.Value)
                .Map(certificate => new CertificateAnswer(certificate.RawData, roll.Signed.ToBytes()))
            : key.Fault;
    }
}
