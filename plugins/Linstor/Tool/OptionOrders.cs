using System.Globalization;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>What is given to drbdsetup to set options in the kernel; those that are not named stay as they are.</summary>
internal static class OptionOrders
{
    // 9.x counts them to each peer, 8.4 to the disk.
    private static readonly string[] OfCopying = ["resync-rate", "c-max-rate", "c-min-rate"];

    /// <summary>The words of each command.</summary>
    /// <param name="isNine">The kernel's generation.</param>
    /// <param name="state">The resource.</param>
    /// <param name="ends">8.4 knows a connection by its addresses only: this node's and the peer's, as "drbdsetup show" has them; null: unknown.</param>
    /// <param name="settings">What to set.</param>
    public static IEnumerable<IReadOnlyList<string>> Of(bool isNine, ResourceState state, (string This, string Remote)? ends, IReadOnlyList<OptionSetting> settings)
    {
        var peer = state.PeerId ?? "";
        List<string> disk = Words(settings, setting => setting.Section == "disk" && !OfCopying.Contains(setting.Name, StringComparer.Ordinal));
        List<string> copying = Words(settings, setting => OfCopying.Contains(setting.Name, StringComparer.Ordinal));
        if (Words(settings, setting => setting.Section == "net") is { Count: > 0 } net && (isNine || ends is not null))
        {
            yield return isNine ? ["net-options", state.Name, peer, .. net] : ["net-options", End(ends!.Value.This), End(ends.Value.Remote), .. net];
        }

        if (Words(settings, setting => setting.Section == "options") is { Count: > 0 } options)
        {
            yield return ["resource-options", state.Name, .. options];
        }

        foreach (var volume in state.Volumes)
        {
            List<string> here = isNine ? disk : [.. disk, .. copying];
            if (here.Count > 0)
            {
                yield return ["disk-options", volume.Minor.ToString(CultureInfo.InvariantCulture), .. here];
            }

            if (isNine && copying.Count > 0)
            {
                yield return ["peer-device-options", state.Name, peer, volume.Number.ToString(CultureInfo.InvariantCulture), .. copying];
            }
        }
    }

    private static List<string> Words(IReadOnlyList<OptionSetting> settings, Func<OptionSetting, bool> which) =>
        [.. settings.Where(which).Select(setting => $"--{setting.Name}={setting.Value}")];

    // "ipv4 10.0.0.1:7789" in what is shown, "ipv4:10.0.0.1:7789" in what is ordered.
    private static string End(string shown) => shown.Replace(' ', ':');
}
