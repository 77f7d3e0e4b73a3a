using System.Net.Security;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// The ciphers of TLS 1.3, the fastest on this processor first; where they differ the receiving side decides, for it
/// has more to do. AES with 128 bits is enough for a stream that lives for hours.
/// </summary>
internal static class TlsCiphers
{
    /// <summary>What this machine offers.</summary>
#pragma warning disable CA1416 // The agent runs on Linux only.
    public static CipherSuitesPolicy Policy { get; } = new(Order(Aes.IsSupported || ArmAes.IsSupported));
#pragma warning restore CA1416

    /// <summary>Without instructions for AES, ChaCha20 takes half the time.</summary>
    public static IReadOnlyList<TlsCipherSuite> Order(bool hasAes) => hasAes
        ? [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256]
        : [TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384];
}
