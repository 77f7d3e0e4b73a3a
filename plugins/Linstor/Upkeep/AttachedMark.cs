using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Whether the disks of a resource were all attached since this node booted; kept over restarts of the agent. A disk that is not there
/// yet after a boot has missed nothing that is not recorded; one that has gone since may have.
/// </summary>
/// <param name="file">Where it is kept: the boot in which they were.</param>
/// <param name="places">Where this boot's name is.</param>
internal sealed class AttachedMark(string file, Places places)
{
    private bool isSet;

    /// <summary>True also if it cannot be told.</summary>
    public bool IsSet => isSet || Places.Read(places.BootId) is not { Length: > 0 } boot || Places.Read(file) == boot;

    public void See(ResourceState state)
    {
        if (isSet || state.Volumes.Count == 0 || !state.Volumes.All(volume => volume.Disk is "UpToDate" or "Consistent" or "Outdated" or "Inconsistent"))
        {
            return;
        }

        isSet = true;
        try
        {
            File.WriteAllText(file, Places.Read(places.BootId));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // This process knows it; a full disk must not stop the upkeep.
        }
    }
}
