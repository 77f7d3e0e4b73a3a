using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Decides for every request who calls and whether it may. The handshake lets any certificate through, so that the
/// refusal can say why; nothing but this gate stands between a stranger and a handler, so it fails towards no.
/// </summary>
internal sealed class PeerGate(PeerTrust trust, TimeProvider time, ILogger log)
{
    private static readonly object IssueKey = new();

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        var open = endpoint?.Metadata.GetMetadata<OpenTo>();
        if (open is { Strangers: true })
        {
            return next(context);
        }

        var verdict = Judge(context);
        if (verdict.IsOk)
        {
            context.Features.Set(new PeerFeature(verdict.Value));
            return endpoint is null ? context.RefuseAsync(NoSuchRoute(context.Request.Path)) : next(context);
        }

        if (open is not null && PeerFaults.ReasonOf(verdict.Fault) == PeerVerdicts.UnknownCertificate)
        {
            return next(context);
        }

        log.LogWarning("refused a peer at {Address}: {Reason}", context.Connection.RemoteIpAddress, verdict.Fault.Why);
        return context.RefuseAsync(verdict.Fault);
    }

    private Outcome<NodeId> Judge(HttpContext context)
    {
        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return PeerVerdicts.NoCertificate();
        }

        var issue = Issue(context, certificate);
        if (!issue.IsOk)
        {
            return issue.Fault;
        }

        var end = new DateTimeOffset(certificate.NotAfter);
        return time.GetUtcNow() <= end ? trust.JudgeMember(issue.Value, certificate) : PeerVerdicts.Expired(end);
    }

    // The chain is built once per connection; membership is asked for every request.
    private Outcome<PeerUri> Issue(HttpContext context, X509Certificate2 certificate)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(IssueKey, out var known) && known is PeerUri peer)
        {
            return peer;
        }

        var judged = trust.JudgeIssue(certificate, KeyPurpose.Client);
        if (judged.IsOk && items is not null)
        {
            items[IssueKey] = judged.Value;
        }

        return judged;
    }

    private static Fault NoSuchRoute(string path) => PeerFaults.Make(
        FaultCode.NotFound, "noSuchRoute", "cannot do what the peer asks", $"there is nothing at {path}",
        "Upgrade the older of the two nodes.", Retry.AfterFix);
}
