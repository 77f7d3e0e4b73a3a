using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Tool;

/// <summary>Destroys bookmarks: "zfs destroy" takes one at a time.</summary>
internal static class Bookmarks
{
    public static async Task<Outcome> DestroyAsync(
        ZfsTool tool, VolumeState volume, IEnumerable<Point> bookmarks, string what, CancellationToken cancellation)
    {
        foreach (var bookmark in bookmarks)
        {
            var destroyed = await tool.ChangeAsync(what, ["destroy", $"{volume.Dataset}#{bookmark.Name}"], cancellation);
            if (!destroyed.IsOk && destroyed.Fault.Code != FaultCode.NotFound)
            {
                return destroyed.Fault;
            }
        }

        return Outcome.Done;
    }
}
