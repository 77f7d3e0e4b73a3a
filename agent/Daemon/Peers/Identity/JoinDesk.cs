using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The issuer's side of a join. Everything is checked before the token is spent.</summary>
internal sealed class JoinDesk(MemberIssuer issuer, MemberRoll roll, TokenBook tokens, TimeProvider time)
{
    public static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(2);

    private readonly AttemptLimit attempts = new(time);
    private readonly Lock gate = new();

    public Outcome<CertificateAnswer> Admit(JoinRequest request, IPAddress from)
    {
        lock (gate)
        {
            var allowed = attempts.Check(from);
            if (!allowed.IsOk)
            {
                return allowed.Fault;
            }

            var answer = Judge(request);
            if (!answer.IsOk)
            {
                attempts.Fail(from);
            }

            return answer;
        }
    }

    private Outcome<CertificateAnswer> Judge(JoinRequest request)
    {
        var addresses = ReadAddresses(request, out var errors);
        if (errors.Count > 0)
        {
            return JoinFaults.RequestInvalid(errors);
        }

        var node = new NodeId(request.Node);
        var verdict = JudgeToken(request);
        if (!verdict.IsOk)
        {
            return verdict.Fault;
        }

        var key = NodeKey.ReadSigningRequest(request.SigningRequest);
        if (!key.IsOk)
        {
            return key.Fault;
        }

        // Before the token is spent: another name may be tried with the same token.
        if (issuer.WhyNotAdmit(node, addresses) is { } fault)
        {
            return fault;
        }

        var spent = tokens.Use(request.Token, request.Secret, node);
        if (!spent.IsOk)
        {
            return spent.Fault;
        }

        var certificate = issuer.Admit(node, addresses, key.Value);
        return certificate.Map(issued => new CertificateAnswer(issued.RawData, roll.Signed.ToBytes()));
    }

    private Outcome JudgeToken(JoinRequest request)
    {
        var known = tokens.Check(request.Token, request.Secret);
        if (!known.IsOk)
        {
            return known;
        }

        var proof = TokenSecret.Prove(request.Secret, request.Statement());
        if (!CryptographicOperations.FixedTimeEquals(proof, request.Proof))
        {
            return JoinFaults.ProofWrong();
        }

        var skew = DateTimeOffset.FromUnixTimeMilliseconds(request.UnixMilliseconds) - time.GetUtcNow();
        return skew.Duration() <= LargestSkew ? Outcome.Done : JoinFaults.ClockSkew(skew);
    }

    private static ImmutableArray<MemberAddress> ReadAddresses(JoinRequest request, out List<string> errors)
    {
        errors = [];
        if (!NodeName.IsValid(request.Node))
        {
            errors.Add($"node: {Names.Rule}");
        }

        // The range that DateTimeOffset can hold.
        if (request.UnixMilliseconds is < 0 or > 253_402_300_799_999)
        {
            errors.Add("unixMilliseconds: not a time");
        }

        if (request.Addresses.IsDefaultOrEmpty || request.Addresses.Length > MemberList.AddressLimit)
        {
            errors.Add($"addresses: must be a list of 1 to {MemberList.AddressLimit} items");
            return [];
        }

        var addresses = ImmutableArray.CreateBuilder<MemberAddress>();
        foreach (var (index, stated) in request.Addresses.Index())
        {
            if (stated is not null && Names.IsValid(stated.Network)
                && IPEndPoint.TryParse(stated.EndPoint ?? "", out var endpoint) && endpoint.Port != 0)
            {
                addresses.Add(new(stated.Network, endpoint));
            }
            else
            {
                errors.Add($"addresses[{index}]: must be NETWORK and IP:PORT");
            }
        }

        return addresses.ToImmutable();
    }
}
