using System.Net.Http.Headers;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Asks a peer on every path whether it is there and who it is, and levels the member lists: whoever has the newer
/// one hands it over.
/// </summary>
internal sealed class PeerProbe(HelloDesk desk, MemberRoll roll, LinkDeadlines deadlines, TimeProvider time)
{
    /// <summary>Probes all paths of a link at once.</summary>
    public Task RunAsync(PeerLink link, CancellationToken cancellation) =>
        Task.WhenAll(link.Paths.Select(path => ProbeAsync(link, path, cancellation)));

    private async Task ProbeAsync(PeerLink link, PeerPath path, CancellationToken cancellation)
    {
        var begin = time.GetTimestamp();
        var attempt = await link.CallOnAsync<Hello>(
            path, HttpMethod.Post, Hello.Route, desk.Make(), deadlines.Probe, cancellation);
        var heard = attempt.Outcome;
        var verdict = heard.IsOk ? desk.Judge(heard.Value, link.Node) : Outcome.Failed(heard.Fault);
        if (heard.IsOk && verdict.IsOk)
        {
            path.Succeeded(time.GetElapsedTime(begin));
            var theirs = DateTimeOffset.FromUnixTimeMilliseconds(heard.Value.UnixMilliseconds);
            link.LastHello = (heard.Value, theirs - time.GetUtcNow());
            await LevelAsync(link, path, heard.Value.MembersVersion, cancellation);
            return;
        }

        path.Refused(verdict.Fault!);
        if (PeerFaults.ReasonOf(verdict.Fault!) == PeerVerdicts.UnknownCertificate)
        {
            // One of the two has renewed its certificate and the other has not heard yet.
            await PullAsync(path, cancellation);
            await PushAsync(path, cancellation);
        }
    }

    private async Task LevelAsync(PeerLink link, PeerPath path, long theirVersion, CancellationToken cancellation)
    {
        if (theirVersion > roll.List.Version)
        {
            await PullAsync(path, cancellation);
        }
        else if (theirVersion < roll.List.Version && link.Node != roll.List.Issuer)
        {
            await PushAsync(path, cancellation);
        }
    }

    private async Task PullAsync(PeerPath path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, PathExchange.Address(MembersEndpoint.Route));
        var exchange = new PathExchange(path, time, cancellation);
        var offered = await exchange.RunAsync(deadlines.Call, async limit =>
        {
            using var response = await path.SendToRenewedAsync(request, limit);
            if (!response.IsSuccessStatusCode)
            {
                return FaultMessage.Foreign(response.StatusCode);
            }

            var body = await response.Content.ReadAsStreamAsync(limit);
            var content = await BoundedBody.ReadAsync(body, PeerJson.MessageLimit, limit);
            return content.IsOk ? SignedMembers.Read(content.Value) : content.Fault;
        });
        if (offered.Outcome.IsOk)
        {
            _ = roll.Adopt(offered.Outcome.Value);
        }
    }

    private async Task PushAsync(PeerPath path, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(roll.Signed.ToBytes());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Put, PathExchange.Address(MembersEndpoint.Route))
        {
            Content = content,
        };
        var exchange = new PathExchange(path, time, cancellation);
        _ = await exchange.RunAsync(
            deadlines.Call,
            async limit => await PathExchange.ReadAsync<Acknowledgement>(
                await path.SendAsync(request, limit), limit));
    }
}
