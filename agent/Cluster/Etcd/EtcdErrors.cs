using System.Net;
using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>Tells an answer from an error.</summary>
internal static class EtcdErrors
{
    public static EtcdReply Read(Uri endpoint, HttpStatusCode status, ReadOnlyMemory<byte> body, Instant askedAt)
    {
        if (EtcdJson.Parse(body) is not { } root)
        {
            return new(null, EtcdFaults.Odd(endpoint.Authority, $"HTTP {(int)status} with something that is no JSON object"), NotDone: false, TryOther: true, askedAt);
        }

        return status == HttpStatusCode.OK
            ? new(root, null, NotDone: false, TryOther: false, askedAt)
            : EtcdFaults.Told(endpoint, root.Number("code") ?? -1, root.Text("message") ?? root.Text("error") ?? $"HTTP {(int)status}", askedAt);
    }

    /// <summary>An error in the middle of a stream: {"error":{"grpc_code":14,"message":...}}.</summary>
    public static Fault InStream(Uri endpoint, JsonElement error) =>
        EtcdFaults.Told(endpoint, error.Number("grpc_code") ?? error.Number("code") ?? -1, error.Text("message") ?? "an error without words", default).Fault!;
}
