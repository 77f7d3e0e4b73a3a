using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Reads messages that may be garbage.</summary>
internal static class PeerMessage
{
    public static Outcome<T> Read<T>(byte[] content)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, PeerJson.Options) is { } message
                ? message
                : PeerFaults.AnswerInvalid("the message is null");
        }
        catch (JsonException broken)
        {
            return PeerFaults.AnswerInvalid($"line {broken.LineNumber + 1}, {broken.Path ?? "$"}: unexpected content");
        }
    }
}
