namespace NodeAgent.Plugins.NvmeMirrorBackend.Drives;

/// <summary>Where links to drives lead; null: nowhere.</summary>
internal static class DriveLinks
{
    /// <summary>The kernel's name for a device: nvme3n1p1.</summary>
    public static string? Name(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true) is { } target ? target.Name : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A folder of sysfs under its real name.</summary>
    public static string? Folder(string link)
    {
        try
        {
            return Directory.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? (Directory.Exists(link) ? link : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
