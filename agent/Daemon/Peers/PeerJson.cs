using System.Text.Json;
using NodeAgent.Daemon.Json;

namespace NodeAgent.Daemon.Peers;

/// <summary>One set of JSON options for files and messages between peers.</summary>
internal static class PeerJson
{
    /// <summary>No message between peers but a data stream is larger, in bytes.</summary>
    public const int MessageLimit = 1024 * 1024;

    // Unknown fields are ignored: a newer peer may say more.
    public static readonly JsonSerializerOptions Options = new(WireJson.Compact) { MaxDepth = 16 };
}
