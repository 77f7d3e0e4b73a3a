using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>
/// The file of a drill: the report as people read it, a signature over exactly that text, and the certificate that it was
/// made with. Whoever has the cluster's authority can check it, without an agent and years later.
/// </summary>
internal static class DrillSeal
{
    private const string ReportField = "report";
    private const string SignatureField = "signature";
    private const string CertificateField = "certificate";

    /// <summary>The file's text.</summary>
    public static string Close(DrillReport report, X509Certificate2 certificate)
    {
        var text = JsonSerializer.Serialize(report, WireJson.Indented);
        using var key = certificate.GetECDsaPrivateKey()!;
        var signature = key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName(ReportField);
            writer.WriteRawValue(text);
            writer.WriteString(SignatureField, Convert.ToBase64String(signature));
            writer.WriteString(CertificateField, Convert.ToBase64String(certificate.RawData));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>Checks a file against the cluster's authorities, at the time that the report tells.</summary>
    public static Outcome<DrillVerdict> Open(string text, string path, IEnumerable<X509Certificate2> authorities)
    {
        var what = $"cannot trust {path}";
        try
        {
            using var file = JsonDocument.Parse(text);
            var (root, body) = (file.RootElement, "");
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(ReportField, out var said)
                || Bytes(root, SignatureField) is not { } signature || Bytes(root, CertificateField) is not { } raw)
            {
                return Refuse(FaultCode.Unparseable, what, "it is not the file of a drill: report, signature and certificate belong in it");
            }

            body = said.GetRawText();
            using var certificate = X509CertificateLoader.LoadCertificate(raw);
            using var key = certificate.GetECDsaPublicKey();
            if (key?.VerifyData(Encoding.UTF8.GetBytes(body), signature, HashAlgorithmName.SHA256) != true)
            {
                return Refuse(FaultCode.Corruption, what, "its text is not what was signed: somebody has changed it, if only its spaces");
            }

            var report = WireJson.Read<DrillReport>(Encoding.UTF8.GetBytes(body), $"report in {path}");
            return report.IsOk ? Judge(report.Value, certificate, path, [.. authorities]) : report.Fault;
        }
        catch (Exception broken) when (broken is JsonException or CryptographicException or InvalidOperationException)
        {
            return Refuse(FaultCode.Unparseable, what, broken.Message);
        }
    }

    private static Outcome<DrillVerdict> Judge(DrillReport report, X509Certificate2 certificate, string path, IReadOnlyList<X509Certificate2> authorities)
    {
        var what = $"cannot trust {path}";
        var chain = ChainJudgement.Judge(certificate, [.. authorities], KeyPurpose.Server, report.EndedAt);
        if (!chain.IsOk)
        {
            return Refuse(FaultCode.PermissionDenied, what, $"the certificate that signed it is not of this cluster, or was not valid on {report.EndedAt.UtcDateTime:yyyy-MM-dd}: {chain.Fault.Why}");
        }

        return PeerUri.Read(certificate) is { } signer && signer.Node == report.By && signer.Cluster.Value == report.Cluster
            ? new DrillVerdict(path, signer.ToString(), report)
            : Refuse(FaultCode.PermissionDenied, what, $"it says that {report.By} of cluster {report.Cluster} made it, and another signed it");
    }

    private static byte[]? Bytes(JsonElement root, string field) =>
        root.TryGetProperty(field, out var found) && found.ValueKind == JsonValueKind.String && found.TryGetBytesFromBase64(out var bytes) ? bytes : null;

    private static Fault Refuse(FaultCode code, string what, string why) =>
        new(code, what, why, "Take the file from STATE/drills of the node that made it.", Retry.Never);
}
