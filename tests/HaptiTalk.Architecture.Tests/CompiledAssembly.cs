using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace HaptiTalk.Architecture.Tests;

/// <summary>What a compiled assembly really uses and shows, read without loading it.</summary>
/// <param name="References">The assemblies that it uses.</param>
/// <param name="PublicTypes">The types that it shows to all.</param>
/// <param name="Friends">The assemblies that it shows its internals to.</param>
internal sealed record CompiledAssembly(IReadOnlyList<string> References, IReadOnlyList<string> PublicTypes, IReadOnlyList<string> Friends)
{
    public static CompiledAssembly Read(Project project)
    {
        // One that cannot lie beside the others has a folder of its name.
        string folder = Path.Combine(AppContext.BaseDirectory, project.Name);
        using PEReader file = new(File.OpenRead(Path.Combine(
            Directory.Exists(folder) ? folder : AppContext.BaseDirectory, project.AssemblyName + ".dll")));
        MetadataReader metadata = file.GetMetadataReader();
        return new(
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(IsPublic).Select(type => FullName(metadata, type))],
            [.. metadata.GetAssemblyDefinition().GetCustomAttributes().Select(metadata.GetCustomAttribute)
                .Where(attribute => NameOf(metadata, attribute) == "InternalsVisibleToAttribute")
                .Select(attribute => FriendIn(metadata.GetBlobReader(attribute.Value)))]);
    }

    /// <summary>What the type of an attribute of others is called.</summary>
    public static string? NameOf(MetadataReader metadata, CustomAttribute attribute) =>
        attribute.Constructor.Kind == HandleKind.MemberReference
        && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
            ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name)
            : null;

    private static string FriendIn(BlobReader value)
    {
        // Two bytes begin the value of every attribute; a key may follow the name.
        value.ReadUInt16();
        return (value.ReadSerializedString() ?? string.Empty).Split(',')[0];
    }

    private static bool IsPublic(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public;

    private static string FullName(MetadataReader metadata, TypeDefinition type) =>
        $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name).Split('`')[0]}";
}
