using System.Net;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>
/// This node's name towards ZFS: /etc/hostid, four bytes as the processor has them (zgenhostid(8)). Two nodes of the same name
/// are one to multihost: neither checks whether the other still writes.
/// </summary>
internal static class HostId
{
    /// <summary>The identity; null if there is none that can be read.</summary>
    public static uint? Read(Places places)
    {
        var path = Path.Combine(places.Etc, "hostid");
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length >= sizeof(uint) ? BitConverter.ToUInt32(bytes) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Why a half that another node had last must not be opened here; null if the two have names of their own. The other says its
    /// name when it claims; the label names whoever wrote the half last, which is this node itself if the other claimed and
    /// never imported. The label counts too: a name may be changed after the claim.
    /// </summary>
    public static string? Against(Parts parts, Certificate certificate, Label label) =>
        certificate.Writer != parts.Self && Read(parts.Places) is { } ours && (certificate.HostId == ours || (label.HostId == ours && !IsOurs(label)))
            ? $"{parts.Self} and {parts.Peer} have the same /etc/hostid ({ours:x8})"
            : null;

    private static bool IsOurs(Label label) => label.HostName is { } name && (name == Dns.GetHostName() || name == Environment.MachineName);
}
