using System.Formats.Tar;
using System.Text;

namespace NodeAgent.Cluster.Setup;

/// <summary>The files of a seat as one tar archive, to be unpacked at the root of its box: no agent is needed there.</summary>
public static class SeatArchive
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The archive. It holds a key: keep it as one.</summary>
    public static byte[] Pack(IReadOnlyList<SeatFile> files, DateTimeOffset now)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var folder in new[] { SeatFiles.Certificates, EtcdSetup.Folder })
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder[1..] + "/") { Mode = FolderMode, ModificationTime = now, UserName = "root", GroupName = "root" });
            }

            foreach (var file in files)
            {
                using var content = new MemoryStream(Encoding.UTF8.GetBytes(file.Text));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file.Path)
                {
                    Mode = file.Mode, ModificationTime = now, UserName = "root", GroupName = "root", DataStream = content,
                });
            }
        }

        return bytes.ToArray();
    }
}
