using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The issuer's open and lately used tokens, kept on disk so that a restart does not make a used one fresh.</summary>
internal sealed class TokenBook(string path, TimeProvider time)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(72);

    private const int OpenLimit = 64;

    // A used or expired token is remembered this long, to tell the operator what is wrong with it.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(7);
    private readonly Lock gate = new();

    public Outcome<JoinToken> Create(string authority, IReadOnlyList<IPEndPoint> addresses, TimeSpan lifetime)
    {
        if (lifetime < TimeSpan.FromMinutes(1) || lifetime > LongestLifetime)
        {
            return JoinFaults.LifetimeInvalid(LongestLifetime);
        }

        lock (gate)
        {
            var records = Load();
            if (!records.IsOk)
            {
                return records.Fault;
            }

            var now = time.GetUtcNow();
            var kept = records.Value.Where(record => record.Expires + Memory > now).ToList();
            if (kept.Count(record => record.UsedBy is null && record.Expires > now) >= OpenLimit)
            {
                return JoinFaults.TooManyTokens(OpenLimit);
            }

            var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
            var token = new JoinToken(id, authority, [.. addresses.Take(JoinToken.AddressLimit)], TokenSecret.Draw());
            kept.Add(new(token.Id, TokenSecret.Hash(token.Secret), now + lifetime, null));
            var saved = Save(kept);
            return saved.IsOk ? token : saved.Fault;
        }
    }

    /// <summary>Whether the token may be used now. Expiry and use are told only to who knows the secret.</summary>
    public Outcome Check(string id, ReadOnlySpan<byte> secret)
    {
        lock (gate)
        {
            var records = Load();
            return records.IsOk ? Judge(records.Value, id, secret) : records.Fault;
        }
    }

    /// <summary>Marks the token as used; on disk before it returns. A second time is refused.</summary>
    public Outcome Use(string id, ReadOnlySpan<byte> secret, NodeId by)
    {
        lock (gate)
        {
            var records = Load();
            if (!records.IsOk)
            {
                return records.Fault;
            }

            var verdict = Judge(records.Value, id, secret);
            return verdict.IsOk
                ? Save(records.Value.Select(record => record.Id == id ? record with { UsedBy = by.Value } : record))
                : verdict;
        }
    }

    private Outcome Judge(List<TokenRecord> records, string id, ReadOnlySpan<byte> secret)
    {
        var record = records.Find(candidate => candidate.Id == id);
        if (record is null || !TokenSecret.Fits(secret, record.SecretHash))
        {
            return JoinFaults.TokenRefused();
        }

        if (record.UsedBy is { } user)
        {
            return JoinFaults.TokenUsed(user);
        }

        return time.GetUtcNow() < record.Expires ? Outcome.Done : JoinFaults.TokenExpired(record.Expires);
    }

    private Outcome<List<TokenRecord>> Load()
    {
        var content = ClusterFolder.Read(path);
        if (!content.IsOk)
        {
            return content.Fault;
        }

        try
        {
            return content.Value is null
                ? new List<TokenRecord>()
                : JsonSerializer.Deserialize<List<TokenRecord>>(content.Value, PeerJson.Options) ?? [];
        }
        catch (JsonException broken)
        {
            return PeerFaults.StateUnreadable(path, $"line {broken.LineNumber + 1}: not a list of tokens");
        }
    }

    private Outcome Save(IEnumerable<TokenRecord> records) =>
        ClusterFolder.Save(path, JsonSerializer.SerializeToUtf8Bytes(records, PeerJson.Options));
}
