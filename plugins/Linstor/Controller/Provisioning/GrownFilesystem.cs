using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>A filesystem follows its device where it is mounted. Where it is not, the next promotion mounts it as it is.</summary>
internal sealed class GrownFilesystem(Parts parts)
{
    public async Task<Outcome> GrowAsync(Resource resource, int number, string what, CancellationToken cancellation)
    {
        if (resource.Kind != VolumeKind.Filesystem)
        {
            return Outcome.Done;
        }

        var state = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        if (!state.IsOk || state.Value is not { IsPrimary: true } || state.Value.Volumes.FirstOrDefault(volume => volume.Number == number) is not { } volume)
        {
            return state.WithoutValue();
        }

        var folder = parts.Mounts.Folder(resource.Name, volume);
        return Kind(folder, volume.Minor) switch
        {
            "" => Outcome.Done,
            "ext4" or "ext3" => await parts.Tool.RunAsync(what, resource.Name, "resize2fs", [parts.Tool.Device(volume)], cancellation),
            "xfs" => await parts.Tool.RunAsync(what, resource.Name, "xfs_growfs", [folder], cancellation),
            var other => Faults.Mend(what, $"the volume has grown and its filesystem, {other}, has not", $"Grow it at {folder} by its own program."),
        };
    }

    // 36 35 147:0 / /mnt rw,noatime shared:1 - ext4 /dev/drbd0 rw
    private string Kind(string folder, int minor)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"147:{minor}");
        foreach (var words in (Places.Read(parts.Places.Mounts) ?? "").Split('\n').Select(line => line.Split(' ')))
        {
            var dash = Array.IndexOf(words, "-");
            if (words.Length > 4 && words[2] == number && words[4] == folder && dash > 0 && dash + 1 < words.Length)
            {
                return words[dash + 1];
            }
        }

        return "";
    }
}
