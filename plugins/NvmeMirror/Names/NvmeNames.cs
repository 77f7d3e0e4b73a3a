using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Names;

/// <summary>What things are called on the wire. All follows from the configuration, so that no node has to ask another.</summary>
internal sealed class NvmeNames(string site)
{
    private const string Prefix = "nqn.2026-11.io.nodeagent";

    // The namespace of our UUIDs, made once.
    private static readonly Guid Space = new("6f1c1f0e-6a0b-4f0a-9c55-0d6f5f3b7a41");

    /// <summary>The subsystem of the drive that holds a partition.</summary>
    public string Subsystem(Guid partition) => $"{Prefix}:{site}:drive:{partition:D}";

    /// <summary>All subsystems of this site begin so.</summary>
    public string Subsystems => $"{Prefix}:{site}:drive:";

    /// <summary>
    /// A node as it may write in one stay. Targets let nobody else in, so a kernel that still tries with an older one is
    /// refused for ever.
    /// </summary>
    public string Host(NodeId node, Epoch access) => $"{Prefix}:{site}:host:{node}:e{access}";

    /// <summary>The UUID of a drive's namespace: the same after every restart of the target.</summary>
    public Guid Namespace(Guid partition) => Derived($"{site}/namespace/{partition:D}");

    /// <summary>The identity that goes with a host's name. The kernel refuses one identity under two names at a time.</summary>
    public Guid HostId(string host) => Derived($"{site}/host/{host}");

    /// <summary>A drive's serial number: at most 20 characters.</summary>
    public string Serial(Guid partition) => Derived($"{site}/serial/{partition:D}").ToString("N")[..20].ToUpperInvariant();

    // RFC 9562, version 8: SHA-256 instead of the SHA-1 that version 5 asks for.
    private static Guid Derived(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        byte[] content = [.. Space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        SHA256.HashData(content, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
