using System.Collections.Immutable;
using System.Net.Sockets;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// The new node's side of a join: first fetch the authority and compare it with the token, then, on a connection
/// that must end at a node of that authority, send the secret.
/// </summary>
internal sealed class Joiner(ClusterFolder folder, LinkDeadlines deadlines, TimeProvider time)
{
    // Nothing secret was told yet, so asking again is free; a busy node's first handshake may be late.
    private const int Rounds = 3;

    // A person waits for the join, once in a node's life: better late than not at all.
    private const int Patience = 3;

    public async Task<Outcome<MemberList>> JoinAsync(JoinOrder order, CancellationToken cancellation)
    {
        if (folder.Exists)
        {
            return PeerFaults.AlreadyInCluster(folder.Path);
        }

        var addresses = order.Through.IsEmpty ? [.. order.Token.Addresses] : order.Through;
        var faults = new List<Fault>();
        foreach (var address in Enumerable.Repeat(addresses, Rounds).SelectMany(all => all))
        {
            if (faults.Count >= addresses.Length && faults.Exists(fault => fault.Code != FaultCode.PeerUnavailable))
            {
                break;
            }

            var found = await FindAuthorityAsync(address, order.Token, cancellation);
            if (found.IsOk)
            {
                // From here on the answer counts, whatever it is: the token may be spent.
                return await AskAsync(address, found.Value, order, cancellation);
            }

            faults.Add(found.Fault);
        }

        faults = [.. faults.Take(addresses.Length)];

        return faults.Count switch
        {
            0 => JoinFaults.NoAddress(),
            1 => faults[0],
            _ => faults.Find(fault => fault.Code == FaultCode.PermissionDenied)
                ?? LinkFaults.Unreachable(new("the cluster"), faults),
        };
    }

    private async Task<Outcome<X509Certificate2>> FindAuthorityAsync(
        IPEndPoint address, JoinToken token, CancellationToken cancellation)
    {
        // Nothing secret goes over this connection, and what comes is checked against the token.
        using var client = Client(address, (_, _) => true);
        using var request = new HttpRequestMessage(HttpMethod.Get, PathExchange.Address(JoinEndpoint.AuthorityRoute));
        var answer = await ExchangeAsync<AuthorityAnswer>(client, request, address, cancellation);
        if (!answer.IsOk)
        {
            return answer.Fault;
        }

        var match = answer.Value.Authorities.FirstOrDefault(
            candidate => Convert.ToHexStringLower(SHA256.HashData(candidate)) == token.Authority);
        try
        {
            return match is null
                ? JoinFaults.WrongAuthority(address.ToString())
                : X509CertificateLoader.LoadCertificate(match);
        }
        catch (CryptographicException)
        {
            return JoinFaults.WrongAuthority(address.ToString());
        }
    }

    private async Task<Outcome<MemberList>> AskAsync(
        IPEndPoint address, X509Certificate2 authority, JoinOrder order, CancellationToken cancellation)
    {
        ImmutableArray<X509Certificate2> trusted = [authority];
        Fault? refusal = null;
        using var client = Client(address, (certificate, now) =>
        {
            var judged = ChainJudgement.Judge(certificate, trusted, KeyPurpose.Server, now);
            refusal = judged.Fault;
            return judged.IsOk;
        });
        using var key = NodeKey.Create();
        var message = new JoinRequest(
            order.Token.Id, order.Token.Secret, order.Node.Value,
            [.. order.Addresses.Select(one => new JoinAddress(one.Network, one.EndPoint.ToString()))],
            NodeKey.SigningRequest(key, order.Node), time.GetUtcNow().ToUnixTimeMilliseconds(), []).WithProof();
        using var request = new HttpRequestMessage(HttpMethod.Post, PathExchange.Address(JoinEndpoint.Route))
        {
            Content = JsonContent.Create(message, options: PeerJson.Options),
        };
        var answer = await ExchangeAsync<CertificateAnswer>(client, request, address, cancellation);
        if (!answer.IsOk)
        {
            return refusal is null ? answer.Fault : refusal;
        }

        return Settle(answer.Value, trusted, key, order.Node);
    }

    private Outcome<MemberList> Settle(
        CertificateAnswer answer, ImmutableArray<X509Certificate2> trusted, ECDsa key, NodeId node)
    {
        var members = SignedMembers.Read(answer.Members);
        if (!members.IsOk)
        {
            return members.Fault;
        }

        if (!members.Value.IsSignedBy(trusted))
        {
            return MemberFaults.SignatureWrong();
        }

        var certificate = NodeKey.Combine(answer.Certificate, key);
        if (!certificate.IsOk)
        {
            return certificate.Fault;
        }

        var list = members.Value.List;
        if (list.Find(node)?.Certificates.Contains(Fingerprint.Of(certificate.Value)) != true
            || PeerUri.Read(certificate.Value) != new PeerUri(list.Cluster, node))
        {
            return PeerFaults.AnswerInvalid("the member list in it does not name this node with this certificate");
        }

        var founded = folder.Found(certificate.Value, authority: null, members.Value.ToBytes());
        return founded.IsOk ? list : founded.Fault;
    }

    private async Task<Outcome<T>> ExchangeAsync<T>(
        HttpClient client, HttpRequestMessage request, IPEndPoint address, CancellationToken cancellation)
        where T : class
    {
        using var deadline = new CancellationTokenSource(deadlines.Call * Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return await PathExchange.ReadAsync<T>(response, both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return NoAnswer(address, "no answer in time");
        }
        catch (Exception trouble) when (trouble is HttpRequestException or SocketException or IOException or TimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            return NoAnswer(address, trouble.GetBaseException().Message);
        }
    }

    private static Fault NoAnswer(IPEndPoint address, string why) => PeerFaults.Make(
        FaultCode.PeerUnavailable, "unreachable", $"cannot join through {address}", why,
        "Check the address, and that the agent runs there.", Retry.Later);

    private HttpClient Client(IPEndPoint address, Func<X509Certificate2, DateTimeOffset, bool> accept) =>
        new(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = deadlines.Connect * Patience,
            ConnectCallback = async (_, cancellation) => await PathConnector.ConnectAsync(
                address, null, deadlines.Connect, time, cancellation),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = TlsVersion.Only,
                CipherSuitesPolicy = TlsCiphers.Policy,
                AllowTlsResume = false,
                CertificateChainPolicy = ChainJudgement.Policy([], KeyPurpose.Server, time.GetUtcNow()),
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate is X509Certificate2 shown && accept(shown, time.GetUtcNow()),
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
