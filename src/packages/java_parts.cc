#include "packages/java_parts.h"

namespace whittle {

const std::vector<JavaPart>& java_parts() {
  static const std::vector<JavaPart> table = {
      {"desktop",
       "windows, images, fonts, sound, printing",
       "java/awt java/beans java/applet javax/swing javax/imageio javax/print javax/sound "
       "javax/accessibility com/sun/imageio com/sun/beans com/sun/java/swing sun/awt sun/java2d "
       "sun/swing sun/font sun/print java/net/ContentHandlerFactory",
       "java.desktop jdk.accessibility jdk.unsupported.desktop jdk.jconsole",
       "libawt.so libawt_headless.so libawt_xawt.so libfontmanager.so libfreetype.so "
       "libjavajpeg.so libjawt.so libjsound.so liblcms.so libmlib_image.so libsplashscreen.so",
       "jconsole"},
      {"tools",
       "compiler, documentation, shell, debugger, linker",
       "javax/tools com/sun/source com/sun/tools com/sun/jdi jdk/jshell jdk/javadoc jdk/jpackage "
       "jdk/tools sun/jvm/hotspot sun/tools java/util/spi/ToolProvider",
       "jdk.compiler jdk.javadoc jdk.jshell jdk.jdeps jdk.jlink jdk.jpackage jdk.jartool "
       "jdk.internal.le jdk.internal.ed jdk.internal.opt jdk.editpad jdk.jdi jdk.hotspot.agent "
       "jdk.jconsole",
       "libsaproc.so",
       "jar jarsigner javac javadoc javap jconsole jdb jdeprscan jdeps jhsdb jimage jlink jmod "
       "jpackage jshell"},
      {"incubator",
       "what is not part of Java yet",
       "jdk/incubator",
       "jdk.incubator.vector jdk.incubator.foreign",
       "",
       ""},
  };
  return table;
}

}  // namespace whittle
