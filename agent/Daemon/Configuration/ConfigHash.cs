using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A number that is the same for configurations that mean the same.</summary>
internal static class ConfigHash
{
    /// <summary>Of everything: changes when this node's configuration changes.</summary>
    public static long OfNode(IReadOnlyList<ConfigLine> lines) => Of(lines);

    /// <summary>Of what nodes have in common: differs between nodes only if somebody forgot one.</summary>
    public static long OfCluster(IReadOnlyList<ConfigLine> lines) =>
        Of(lines.Where(line => SchemaFields.Find(line.Field) is not (ScalarField { PerNode: true } or OptionsField { PerNode: true })));

    /// <summary>The first 48 bits of SHA-256: a metric's double holds them exactly.</summary>
    private static long Of(IEnumerable<ConfigLine> lines)
    {
        // Lengths in front keep "a = b" apart from any other way to cut the same letters.
        var text = string.Concat(lines.Select(line => $"{line.Field.Length}:{line.Field}{line.Value.Length}:{line.Value}"));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> 16);
    }
}
